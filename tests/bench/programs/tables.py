"""A pipeline over CSV and JSON: write, read, convert, join, sum up."""
import csv
import io
import json


def make_csv(count):
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["id", "name", "price", "count", "note"])
    for i in range(count):
        writer.writerow([i, f"item {i % 37}", f"{i * 7 % 1000 / 100:.2f}", i % 9, 'said "hi", then left' if i % 5 == 0 else ""])
    return out.getvalue()


def run(size):
    text = make_csv(size)
    rows = [
        {**row, "id": int(row["id"]), "price": float(row["price"]), "count": int(row["count"])}
        for row in csv.DictReader(io.StringIO(text))
    ]
    lines = "\n".join(json.dumps(row, sort_keys=True) for row in rows)
    back = [json.loads(line) for line in lines.splitlines()]
    totals = {}
    for row in back:
        entry = totals.setdefault(row["name"], {"sum": 0.0, "notes": []})
        entry["sum"] += row["price"] * row["count"]
        if row["note"]:
            entry["notes"].append(row["id"])
    report = json.dumps(totals, indent=2)
    best = max(totals, key=lambda name: totals[name]["sum"])
    return back == rows, len(lines), len(report), best, round(totals[best]["sum"], 2)


SIZE = 3500
EXPECTED = (True, 261489, 10681, 'item 23', 1990.82)
