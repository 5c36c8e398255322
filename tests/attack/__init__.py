"""The campaign against milebook: hostile input, kills, full disks, links, builds at once (`make attack`).

It is no part of `make test`. Each module is one class of attack; `campaign` runs them, `case` judges what came of it.
"""
