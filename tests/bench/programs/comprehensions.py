"""Grouping and transforming records with comprehensions, dicts and sets."""


def run(size):
    records = [
        {"id": i, "team": f"team{i * i % 7}", "score": i * 37 % 101, "tags": {i % 3, i % 5, i % 11}}
        for i in range(size)
    ]
    by_team = {}
    for record in records:
        by_team.setdefault(record["team"], []).append(record)
    best = {team: max(members, key=lambda r: (r["score"], -r["id"]))["id"] for team, members in by_team.items()}
    tags = {tag for record in records for tag in record["tags"] if record["score"] > 50}
    matrix = [[a["score"] * b for b in range(5) if b != 2] for a in records if a["id"] % 2]
    flat = [value for row in matrix for value in row if value % 3 == 0]
    names = ",".join(sorted({r["team"][-1] + str(r["score"] // 25) for r in records}))
    return sorted(best.items()), len(tags), sum(flat), names


SIZE = 16_000
EXPECTED = (
    [('team0', 434), ('team1', 232), ('team2', 333), ('team4', 30)],
    11,
    1866390,
    '00,01,02,03,04,10,11,12,13,14,20,21,22,23,24,40,41,42,43,44',
)
