"""What the article settles and the phrase leaves out: which unit a bare body belongs to, which body a bare role
heads.
"""
