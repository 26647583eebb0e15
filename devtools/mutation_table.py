"""All mutations in one row, and the page that tells what caught them."""

from .mutations_answers import ANSWERS
from .mutations_connection import CONNECTION
from .mutations_pull import PULL
from .mutations_sending import SENDING
from .mutations_sent_payments import SENT_PAYMENTS

MUTATIONS = (*SENDING, *ANSWERS, *PULL, *SENT_PAYMENTS, *CONNECTION)

HEAD = """\
# Mutations: what the tests notice

`./dev mutate` breaks the connector in each of these ways, one at a time, in a copy of the tree, and
runs the tests named beside it. Every one of them passed before the change and failed with it. This
page is written by that command; the changes themselves stand in `devtools/mutations_*.py`.

| mutation | what it breaks | file | caught by |
|---|---|---|---|
"""


def page(verdicts):
    """The text of `doc/mutations.md`.

    :param dict verdicts: {name of a mutation: None if it was caught, else a sentence}
    """
    return HEAD + "".join(
        f"| `{mutation.name}` | {mutation.why} | `{mutation.file}` | "
        f"{verdicts[mutation.name] or '<br>'.join(f'`{test}`' for test in mutation.tests)} |\n"
        for mutation in MUTATIONS
    )
