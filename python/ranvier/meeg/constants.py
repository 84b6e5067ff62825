"""Names of FIFF's numbers, which channels and JSON show with them."""

from ranvier import _core

_names = {
    "kind": ("FIFFV_{}_CH", """1 MEG 2 EEG 3 STIM 102 BIO 201 MCG 202 EOG 301 REF_MEG 302 EMG 402 ECG 502 MISC 602 RESP
        802 SEEG 803 DBS 900 SYST 902 ECOG 910 IAS 920 EXCI 1000 DIPOLE_WAVE 1100 FNIRS 1200 TEMPERATURE 1300 GALVANIC
        1400 EYETRACK"""),
    "coil_type": ("FIFFV_COIL_{}", """0 NONE 1 EEG 2 NM_122 3 NM_24 4 NM_MCG_AXIAL 5 EEG_BIPOLAR 6 EEG_CSD 200 DIPOLE
        300 FNIRS_HBO 301 FNIRS_HBR 302 FNIRS_RAW 303 FNIRS_OD 304 FNIRS_FD_AC_AMPLITUDE 305 FNIRS_FD_PHASE
        306 FNIRS_TD_GATED_AMPLITUDE 307 FNIRS_TD_MOMENTS_INTENSITY 308 FNIRS_TD_MOMENTS_MEAN
        309 FNIRS_TD_MOMENTS_VARIANCE 400 EYETRACK_POS 401 EYETRACK_PUPIL 1000 MCG_42 2000 POINT_MAGNETOMETER
        2001 AXIAL_GRAD_5CM 3011 VV_PLANAR_W 3012 VV_PLANAR_T1 3013 VV_PLANAR_T2 3014 VV_PLANAR_T3 3015 VV_PLANAR_T4
        3021 VV_MAG_W 3022 VV_MAG_T1 3023 VV_MAG_T2 3024 VV_MAG_T3 3025 VV_MAG_T4 4001 MAGNES_MAG 4002 MAGNES_GRAD
        4003 MAGNES_R_MAG 4004 MAGNES_R_GRAD 4005 MAGNES_R_GRAD_OFF 5001 CTF_GRAD 5002 CTF_REF_MAG 5003 CTF_REF_GRAD
        5004 CTF_OFFDIAG_REF_GRAD 6001 KIT_GRAD 6002 KIT_REF_MAG 7001 BABY_GRAD 7002 BABY_MAG 7003 BABY_REF_MAG
        7004 BABY_REF_MAG2 7501 ARTEMIS123_GRAD 7502 ARTEMIS123_REF_MAG 7503 ARTEMIS123_REF_GRAD 8001 QUSPIN_ZFOPM_MAG
        8002 QUSPIN_ZFOPM_MAG2 8101 FIELDLINE_OPM_MAG_GEN1 8201 KERNEL_OPM_MAG_GEN1 9001 KRISS_GRAD
        9101 COMPUMEDICS_ADULT_GRAD 9102 COMPUMEDICS_PEDIATRIC_GRAD"""),
    "coord_frame": ("FIFFV_COORD_{}", """0 UNKNOWN 1 DEVICE 2 ISOTRAK 3 HPI 4 HEAD 5 MRI 6 MRI_SLICE 7 MRI_DISPLAY
        8 DICOM_DEVICE 9 IMAGING_DEVICE"""),
    "point": ("FIFFV_POINT_{}", "1 CARDINAL 2 HPI 3 EEG 4 EXTRA"),
    "1 ident": ("FIFFV_POINT_{}", "1 LPA 2 NASION 3 RPA"),  # of points of kind 1
    "custom_ref_applied": ("FIFFV_MNE_CUSTOM_REF_{}", "0 OFF 1 ON 2 CSD"),
    "unit": ("FIFF_UNIT_{}", """-1 NONE 0 UNITLESS 1 M 2 KG 3 SEC 4 A 5 K 6 MOL 7 RAD 8 SR 9 CD 10 MOL_M3 101 HZ 102 N
        103 PA 104 J 105 W 106 C 107 V 108 F 109 OHM 110 S 111 WB 112 T 113 H 114 CEL 115 LM 116 LX 117 V_M2 118 SEC2
        201 T_M 202 AM 203 AM_M2 204 AM_M3 210 PX"""),
    "unit_mul": ("FIFF_UNITM_{}", """18 E 15 PET 12 T 9 GIG 6 MEG 3 K 2 H 1 DA 0 NONE -1 D -2 C -3 M -6 MU -9 N -12 P
        -15 F -18 A"""),
}  # fmt: skip
_names = {
    key: {int(number): form.format(name) for number, name in zip(text.split()[::2], text.split()[1::2])}
    for key, (form, text) in _names.items()
}


def name_of(key, number):
    """The name of a number under FIFF's `key`, or None; kinds of digitised points are those of "point"."""
    return _names.get(key, {}).get(number)


def shown(channel):
    """A channel as text."""
    if not isinstance(channel, _core.meeg.Channel):
        raise TypeError(f"this needs a Channel; got {type(channel).__name__}")
    parts = (
        (key, repr(value), name_of(key, value) if isinstance(value, int) else None) for key, value in channel.items()
    )
    return "{" + ", ".join(f"{key!r}: {value}" + (f" ({name})" if name else "") for key, value, name in parts) + "}"
