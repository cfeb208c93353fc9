"""Geometry of the side view: body frame, joint centres and the outline of the body.

The *outline* is the border of the body as the picture shows it. The *contour* is the closed outline
of the whole body, in pixels; an *edge* is the outline of the trunk on one side, back or front, as
a position at each level; the *silhouette* holds the contour and both edges. The *back curve* is the
smoothed outline of the back, on which the lumbar hollow is measured.
"""
