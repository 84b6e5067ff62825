from . import eegbci as eegbci
