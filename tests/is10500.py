"""The limits of IS 10500 with its amendments, written anew from the reference table and not read from the standard."""

from __future__ import annotations

from decimal import Decimal

_MOST = """
colour 5 15; turbidity 1 5; tds 500 2000; al 0.03 0.2; nh3 0.5 NR; mbas 0.2 1.0; ba 0.7 NR; b 0.5 1.0;
ca 75 200; chloramine 4.0 NR; cl 250 1000; cu 0.05 1.5; f 1.0 1.5; fe 1.0 NR; mg 30 100; mn 0.1 0.3; oil 0.5 NR;
no3 45 NR; phenol 0.001 0.002; se 0.01 NR; ag 0.1 NR; so4 200 400; h2s 0.05 NR; alk 200 600; th 200 600;
zn 5 15; cd 0.003 NR; cn 0.05 NR; pb 0.01 NR; hg 0.001 NR; mo 0.07 NR; ni 0.02 NR; pcb 0.0005 NR; pah 0.0001 NR;
as 0.01 NR; cr 0.05 NR; thm_a 0.1 NR; thm_b 0.1 NR; thm_c 0.06 NR; thm_d 0.2 NR; u 0.03 NR; alpha 0.1 NR;
beta 1.0 NR; alachlor 20 NR; chlorpyriphos 30 NR; gamma_hch 2 NR; atrazine 2 NR; delta_hch 0.04 NR;
isoproturon 9 NR; aldrin 0.03 NR; 2_4_d 30 NR; malathion 190 NR; alpha_hch 0.01 NR; ddt 1 NR;
methyl_parathion 0.3 NR; beta_hch 0.04 NR; endosulfan 0.4 NR; monocrotophos 1 NR; butachlor 125 NR; ethion 3 NR;
phorate 2 NR
"""


def greatest() -> dict[str, tuple[Decimal, Decimal | None]]:
    """The acceptable and the permissible limit (None: no relaxation) of each parameter that has a greatest amount."""
    rows = (row.split() for row in _MOST.replace("\n", " ").split(";"))
    return {code: (Decimal(acc), None if perm == "NR" else Decimal(perm)) for code, acc, perm in rows}
