"""Reads the library's files into a table, writes it as CSV and reads it back."""
import csv
import io
import itertools
import os
import statistics
import sys

rows = []
for name in sorted(os.listdir(sys.argv[1])):
    if name.endswith('.py'):
        with open(os.path.join(sys.argv[1], name), encoding='utf-8', errors='surrogateescape') as file:
            lines = file.readlines()
        longest = max(lines, key=len, default='')
        rows.append({'name': name, 'lines': len(lines), 'share "of comments"': sum(line.lstrip().startswith('#') for line in lines) / max(1, len(lines)), 'longest': longest})
for dialect in csv.list_dialects():
    target = io.StringIO(newline='')
    writer = csv.DictWriter(target, rows[0].keys(), dialect=dialect)
    writer.writeheader()
    writer.writerows(rows)
    text = target.getvalue()
    print(dialect, len(text), text[:2000])
    back = list(csv.DictReader(io.StringIO(text, newline=''), dialect=dialect))
    print([row for row, again in zip(rows, back) if {key: str(value) for key, value in row.items()} != again])
    print(csv.Sniffer().sniff(text[:3000]).delimiter, csv.Sniffer().has_header(text[:3000]))
lengths = [row['lines'] for row in rows]
print(statistics.mean(lengths), statistics.median(lengths), statistics.stdev(lengths), statistics.quantiles(lengths, n=10))
for initial, group in itertools.groupby(rows, key=lambda row: row['name'][0]):
    print(f'{initial}: {sum(row["lines"] for row in group):>8,}')
