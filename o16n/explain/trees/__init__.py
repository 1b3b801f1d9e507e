"""Exact tree SHAP grouped by column: trees in one small form, and two ways to add them up.

The game: v(S) is the tree's expectation when the players in S follow the row and the others split by
training cover (path-dependent, Lundberg and Lee 2017). A player is a column that a person knows; all
encoded columns of one are one player. For a leaf of value a whose path meets the players 1..d, with
z_g the product of the cover shares of g's edges and o_g = 1 where the row takes all of them, else 0:

    phi_g = a · integral over t in [0, 1] of (o_g − z_g) · product over h ≠ g of (z_h + t (o_h − z_h))

The integrand is a polynomial of degree d − 1, so ceil(d / 2) Gauss-Legendre nodes give it exactly.
"""

from __future__ import annotations
