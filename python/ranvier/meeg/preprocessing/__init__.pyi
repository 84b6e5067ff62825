from .ecg import create_ecg_epochs as create_ecg_epochs
from .ecg import find_ecg_events as find_ecg_events
from .eog import create_eog_epochs as create_eog_epochs
from .eog import find_eog_events as find_eog_events
from .peaks import peak_finder as peak_finder
from .ssp import compute_proj_ecg as compute_proj_ecg
from .ssp import compute_proj_eog as compute_proj_eog
