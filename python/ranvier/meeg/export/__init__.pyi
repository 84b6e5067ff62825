from .files import export_epochs as export_epochs
from .files import export_evokeds as export_evokeds
from .files import export_raw as export_raw
