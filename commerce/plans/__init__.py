"""Card plans: what can be bought ahead (value, visits, a period, minutes, points, a discount), and what it covers."""
