"""The order approval of `specs/order_approval.yaml`, written for each peer.

A peer module has `NAME`, `decide(repeat)` and `fire(repeat)`: they play the same script `repeat` times and return
the number of questions or events. The script of one case, with the denied attempts that real life has:

1. submit by an agent (amount 20,000.00, discount 8.00%): permitted
2. approve by the requester, who is an area manager too: denied, four eyes
3. approve by another agent: denied, role
4. submit again: denied, not in this state
5. approve by the area manager: permitted
"""

AMOUNT, DISCOUNT = 2_000_000, 800
MAX_DISCOUNT, MAX_AMOUNT = 6_000, 500_000_000
AREA_DISCOUNT, AREA_AMOUNT = 1_200, 10_000_000
QUESTIONS = EVENTS = 5
