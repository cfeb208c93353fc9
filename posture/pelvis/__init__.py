"""The ASIS-PSIS line of the pelvis, as placed by a person or marked with stickers."""
