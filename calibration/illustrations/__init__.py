"""Pictures of the exercises: a mannequin posed by joint angles, with props, tints and arrows.

Poses are data (``data/*.toml``), one table per exercise. The rest is one straight line: pose,
skeleton, contact with the floor, hands, skin, drawing.
"""
