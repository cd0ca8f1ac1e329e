#!/usr/bin/env python3
"""Reference values of the statistics of few and of many runs, with 25 digits, by code of its own.

    python3 -m venv venv && venv/bin/pip install mpmath
    venv/bin/python scripts/statistics-vectors.py > testdata/statistics/runs.json

Plain sums, integrals and bisection in place of the continued fractions and expansions of the library.
"""

import json

import mpmath as m
from mpmath import mp, mpf

mp.dps = 25
EDGE = mpf(10) ** -12


def sf(z):
    return m.erfc(z / m.sqrt(2)) / 2


def isf(p):
    return m.sqrt(2) * m.erfinv(1 - 2 * mpf(p))


def t_sf(t, df):
    x = df / (df + t * t)
    half = m.betainc(mpf(df) / 2, mpf(1) / 2, 0, x, regularized=True) / 2
    return half if t >= 0 else 1 - half


def bisect(low, high, is_low, steps=64):
    for _ in range(steps):
        middle = (low + high) / 2
        low, high = (middle, high) if is_low(middle) else (low, middle)
    return (low + high) / 2


def t_isf(p, df):
    return bisect(mpf(0), mpf(10) ** 6, lambda t: t_sf(t, df) > p)


def at_least(a, x):
    """P(a, x): the chance that a Poisson count of mean x is a or more."""
    return mpf(1) if a <= 0 else m.gammainc(a, 0, x, regularized=True)


def skellam_sf(y, l1, l2):
    if l2 <= 0:
        return at_least(y, l1)
    top = int(30 + l2 + 10 * m.sqrt(l2))
    # P(a - 1, x) = P(a, x) + x^(a-1) e^-x / Gamma(a), from the top down.
    a, sum_ = y + top, mpf(0)
    chance = at_least(a, l1)
    for j in range(top, -1, -1):
        sum_ += m.exp(-l2 + j * m.log(l2) - m.loggamma(j + 1)) * chance
        a -= 1
        chance = chance + m.exp(a * m.log(l1) - l1 - m.loggamma(a + 1)) if a > 0 else mpf(1)
    return sum_


def tails(d, k2, k3, k4):
    c = m.sqrt(k4 / k2)
    l = k2 / c**2
    delta = max(-l, min(l, k3 / c**3))
    y = d / c + delta
    return skellam_sf(y, (l + delta) / 2, (l - delta) / 2), skellam_sf(-y, (l - delta) / 2, (l + delta) / 2)


def part(records, rate):
    """Total, seen, and cumulants per unit of the total, of (size, sampled) records of bytes."""
    total = seen = k2 = k3 = k4 = mpf(0)
    for size, n in records:
        p = -m.expm1(-mpf(size) / rate)
        q, w = 1 - p, size / p
        total, seen = total + w * n, seen + size * n
        k2, k3, k4 = k2 + w**2 * n * q, k3 + w**3 * n * q * (q - p), k4 + w**4 * n * q
    return total, seen, (k2 / total, k3 / total, k4 / total) if total else None


def estimate(records, rate, tail=mpf("0.025")):
    """Estimate, lower and upper limit of bytes."""
    unseen = -m.log(tail) * rate
    if not records:
        return mpf(0), mpf(0), unseen
    total, seen, (k2, k3, k4) = part(records, rate)
    at = lambda t: tails(total - t, k2 * t, k3 * t, k4 * t)
    low = seen if at(seen)[0] >= tail else bisect(seen, total, lambda t: at(t)[0] < tail)
    high = bisect(total, total * 30 + 30 * rate, lambda t: at(t)[1] > tail)
    return total, low, max(high, total + unseen)


# --- a site's part of an exact total -------------------------------------------------------------

def hypothesis(side, share):
    (s, s_seen, ks), (r, r_seen, kr), per = side
    total = (s * kr[0] + r * ks[0]) / (share * kr[0] + (1 - share) * ks[0])
    total = max(total, s_seen / share, r_seen / (1 - share))
    deviation = (1 - share) * s - share * r
    factor = per / total
    noise = [
        ks[i] * share * total * ((1 - share) * factor) ** (i + 2)
        + kr[i] * (1 - share) * total * (-share * factor) ** (i + 2)
        for i in range(3)
    ]
    return deviation * factor, noise


def calibrated(before, after, ratio):
    most = min(before[2], after[2] / ratio) * (1 - EDGE)
    says = [before[0][0] / (before[0][0] + before[1][0]) * before[2],
            after[0][0] / (after[0][0] + after[1][0]) * after[2] / ratio]

    def score(level):
        total = mpf(0)
        for side, at in ((before, level), (after, ratio * level)):
            deviation, noise = hypothesis(side, at / side[2])
            total += at * deviation / noise[0]
        return total

    low, high = min(min(says), most), min(max(says), most)
    level = bisect(low, high, lambda x: score(x) > 0) if high > low else low
    d0, n0 = hypothesis(before, level / before[2])
    d1, n1 = hypothesis(after, ratio * level / after[2])
    noise = [n1[0] + ratio**2 * n0[0], n1[1] - ratio**3 * n0[1], n1[2] + ratio**4 * n0[2]]
    return tails(d1 - ratio * d0, *noise)


def calibrated_rows():
    rate = 524288
    for site, rest, per, site2, rest2, per2 in [
        ([(64, 40)], [(128, 90)], 4096, [(64, 21)], [(128, 110)], 4000),
        ([(1048576, 9)], [(64, 60)], 9000, [(1048576, 4)], [(64, 75)], 7000),
        ([(64, 8)], [(2097152, 20)], 500, [(64, 15)], [(2097152, 18)], 520),
        ([(32, 5), (65536, 7), (2097152, 2)], [(4096, 60), (1048576, 3)], 1e6,
         [(32, 6), (65536, 3), (2097152, 1)], [(4096, 55), (1048576, 4)], 9e5),
    ]:
        sides = [(part(a, rate), part(b, rate), mpf(c)) for a, b, c in ((site, rest, per), (site2, rest2, per2))]
        ratio_estimate = (sides[1][0][0] / (sides[1][0][0] + sides[1][1][0]) * sides[1][2]) / (
            sides[0][0][0] / (sides[0][0][0] + sides[0][1][0]) * sides[0][2])
        share = sides[0][0][0] / (sides[0][0][0] + sides[0][1][0])
        s, r, _ = sides[0]
        error = m.sqrt((1 - share) ** 2 * s[2][0] * s[0] + share**2 * r[2][0] * r[0]) / s[0]
        row = {"rate": rate, "A": {"site": site, "rest": rest, "per_operation": per},
               "B": {"site": site2, "rest": rest2, "per_operation": per2},
               "value": share * sides[0][2], "log_se": error, "ratio": ratio_estimate, "tests": []}
        for bound in ("1", "0.8", "1.25"):
            above, below = calibrated(*sides, mpf(bound))
            row["tests"].append({"bound": float(bound), "above": above, "below": below})
        yield row


# --- detectable changes --------------------------------------------------------------------------

def detectable_rows():
    for level, rows, significant, samples in [
        ("0.95", 1, 0, 100), ("0.95", 20, 0, 30), ("0.95", 200, 3, 1000), ("0.99", 20, 19, 400), ("0.99", 200, 0, 250),
    ]:
        tail = (1 - mpf(level)) / 2 * (significant + 1) / rows
        k = isf(tail) + isf(mpf("0.2"))
        # (m x - 1/2)^2 = k^2 m (2 + x), solved by bisection.
        excess = lambda x: (samples * abs(x) - mpf("0.5")) ** 2 - k**2 * samples * (2 + x)
        rise = bisect(mpf(1) / samples, mpf(1000), lambda x: excess(x) < 0)
        fall = bisect(mpf(1) / samples, mpf(1), lambda x: excess(-x) < 0)
        yield {"level": float(level), "rows": rows, "significant": significant, "samples": samples,
               "rise": rise, "fall": fall}


# --- means over runs, changes in use -------------------------------------------------------------

def mean_rows():
    rate = 524288
    for counts in ([90, 110], [100, 101, 99], [60, 100, 140], [200, 220, 180, 190, 202]):
        each = [estimate([(64, n)], rate) for n in counts]
        se = [m.sqrt(part([(64, n)], rate)[2][0] * value) for n, (value, _, _) in zip(counts, each)]
        k = len(counts)
        value = m.fsum(e[0] for e in each) / k
        sampling = m.sqrt(m.fsum(x**2 for x in se)) / k
        between = m.sqrt(m.fsum((e[0] - value) ** 2 for e in each) / (k - 1) / k)
        error = max(sampling, between)
        reach = t_isf(mpf("0.025"), k - 1) * error
        below = m.sqrt(m.fsum((e[0] - e[1]) ** 2 for e in each)) / k
        above = m.sqrt(m.fsum((e[2] - e[0]) ** 2 for e in each)) / k
        yield {"rate": rate, "size": 64, "samples": counts, "value": value, "se": error,
               "low": max(mpf(0), value - max(reach, below)), "high": value + max(reach, above)}


def in_use_rows():
    rate = 524288
    for size, births, deaths in [(64, 0, 0), (64, 3, 0), (1024, 4, 4), (1048576, 5, 2), (64, 40, 25)]:
        b = estimate([(size, births)] if births else [], rate)
        d = estimate([(size, deaths)] if deaths else [], rate)
        value = b[0] - d[0]
        yield {"rate": rate, "size": size, "born": births, "died": deaths, "change": value,
               "low": value - m.sqrt((b[0] - b[1]) ** 2 + (d[2] - d[0]) ** 2),
               "high": value + m.sqrt((b[2] - b[0]) ** 2 + (d[0] - d[1]) ** 2)}


# --- variation between runs, from all rows -------------------------------------------------------

GRID = [mpf(x) for x in ("0", ".02", ".04", ".07", ".1", ".15", ".22", ".33", ".5", ".8", "1.2")]


def spread(table):
    k = len(table[0]) // 2
    df = mpf(2 * k - 2)
    means = [(m.fsum(r[:k]) / k, m.fsum(r[k:]) / k) for r in table]
    samples = [m.fsum(r) / (2 * k) for r in table]
    expected = [[a] * k + [b] * k for a, b in means]
    speaking = [i for i, s in enumerate(samples) if s >= 5]
    weight = {i: samples[i] / (1 + samples[i] / 100) for i in speaking}
    all_weight = m.fsum(weight.values())
    factors = [1 + m.fsum(weight[i] * (table[i][j] / expected[i][j] - 1) for i in speaking if expected[i][j] > 0)
               / all_weight for j in range(2 * k)]
    noise = m.fsum(weight[i] ** 2 / samples[i] for i in speaking) / all_weight**2
    shared = max(mpf(0), m.fsum((f - 1) ** 2 for f in factors) / df - noise)
    observed = [m.fsum((row[j] - e[j] * factors[j]) ** 2 / (e[j] * factors[j]) for j in range(2 * k) if e[j] > 0) / df
                for row, e in zip(table, expected)]

    def likelihoods(i):
        out = []
        for c in GRID:
            own = 1 + c * c * samples[i]
            x = max(observed[i], mpf("1e-3")) * df / own
            out.append(m.exp((df / 2 - 1) * m.log(x) - x / 2) / own)
        top = max(out)
        return [x / top for x in out]

    all_likelihoods = [likelihoods(i) for i in range(len(table))]
    counted = [l for l, s in zip(all_likelihoods, samples) if s >= 2]
    weights = [mpf(1) / len(GRID)] * len(GRID)

    def posterior(l):
        products = [w * x for w, x in zip(weights, l)]
        total = m.fsum(products)
        return [x / total for x in products]

    for _ in range(1000):
        sums = [mpf(1) / len(GRID)] * len(GRID)
        for l in counted:
            sums = [a + b for a, b in zip(sums, posterior(l))]
        new = [x / m.fsum(sums) for x in sums]
        step = max(abs(a - b) for a, b in zip(new, weights))
        weights = new
        if step < mpf("1e-6"):
            break
    ps = []
    for i, row in enumerate(table):
        a, b = m.fsum(row[:k]), m.fsum(row[k:])
        half = min(mpf("0.5"), skellam_sf(abs(b - a), (a + b) / 2, (a + b) / 2)) if a + b else mpf("0.5")
        z = isf(half)
        common = shared * samples[i]
        p = mpf(0)
        for w, c in zip(posterior(all_likelihoods[i]), GRID):
            total = 1 + c * c * samples[i] + common
            tail = sf(z / m.sqrt(total)) if common == 0 else t_sf(z / m.sqrt(total), df * (total / common) ** 2)
            p += w * 2 * tail
        ps.append(min(mpf(1), p))
    return observed, ps


def spread_sections():
    state = 12345

    def draw(limit):
        nonlocal state
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (state >> 33) % limit

    for run in ([0] * 6, [9, -6, 2, 0, -8, 5]):
        table = []
        for i in range(24):
            level = 3 + 4 * i
            row = []
            for j in range(6):
                noise = draw(2 * int(level**0.5) + 3) - int(level**0.5) - 1
                wild = draw(level) if i % 8 == 7 else 0
                change = level if i % 6 == 5 and j >= 3 else 0
                row.append(max(0, level + noise + wild + change + level * run[j] // 50))
            table.append(row)
        observed, ps = spread(table)
        yield {"profiles": 3, "rows": table, "observed": observed, "p": ps}


def plain(value):
    if isinstance(value, mp.mpf):
        return float(m.nstr(value, 17))
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    return value


if __name__ == "__main__":
    print(json.dumps(plain({
        "calibrated": list(calibrated_rows()),
        "detectable": list(detectable_rows()),
        "run_mean": list(mean_rows()),
        "in_use": list(in_use_rows()),
        "run_spread": list(spread_sections()),
    }), indent=1))
