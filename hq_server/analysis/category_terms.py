"""How reports read the tree of categories, in SQL over ``products p`` and ``category_paths`` (0007_goods.sql)."""

TOP = "coalesce((SELECT above FROM category_paths WHERE name = p.category AND level = 1), p.category, '')"
"""The category of the top that a product belongs to; "" none."""

WITHIN = (
    "p.category IN (WITH wanted (category) AS (SELECT ?)"
    " SELECT category FROM wanted UNION ALL SELECT name FROM category_paths JOIN wanted ON above = category)"
)
"""Whether a product is of a category, its one parameter, or of one below it."""
