from .ransac import Ransac as Ransac
from .reject_log import RejectLog as RejectLog
from .reject_log import read_reject_log as read_reject_log
from .repair import AutoReject as AutoReject
from .repair import read_auto_reject as read_auto_reject
from .thresholds import compute_thresholds as compute_thresholds
from .thresholds import get_rejection_threshold as get_rejection_threshold
