"""What the documents of the catalogue must look like. Read where a document is changed, not where it is used."""

from speech.catalog.schema.containers import Kinds, Models, StreamRules, Tags
from speech.catalog.schema.machines import Aks, VmSizes
from speech.catalog.schema.needs import Needs
from speech.catalog.schema.rows import Document
from speech.catalog.schema.services import Egress, Limits, Prices, Regions, Retail

SCHEMAS: dict[str, type[Document]] = {
    "aks": Aks,
    "egress": Egress,
    "kinds": Kinds,
    "limits": Limits,
    "models": Models,
    "needs": Needs,
    "prices": Prices,
    "regions": Regions,
    "retail": Retail,
    "stream_rules": StreamRules,
    "tags": Tags,
    "vm_sizes": VmSizes,
}
