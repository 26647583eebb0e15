"""placeholder"""


def run(once, a, b):
    """x"""
