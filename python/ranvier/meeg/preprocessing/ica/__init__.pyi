from .decomposition import ICA as ICA
from .events import ica_find_ecg_events as ica_find_ecg_events
from .events import ica_find_eog_events as ica_find_eog_events
from .files import read_ica as read_ica
from .files import read_ica_eeglab as read_ica_eeglab
from .matching import corrmap as corrmap
from .scoring import get_score_funcs as get_score_funcs
