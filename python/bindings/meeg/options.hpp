#pragma once

#include "call.hpp"
#include "ranvier/meeg/sensors/topomap.hpp"
#include "ranvier/meeg/timefreq/spectrum.hpp"

// Options arrive as dicts whose keys are the fields' names; ranvier.meeg fills them, so a wrong key is our mistake.
namespace ranvier::python {

/// Sets `field` where the dict has `key` and it is not None.
template <class T>
void take(const nb::dict& options, const char* key, T& field) {
    if (options.contains(key)) {
        nb::object value = options[key];
        if (!value.is_none()) {
            field = nb::cast<T>(value);
        }
    }
}

meeg::InterpolationOptions interpolation_options(const nb::dict& options);
meeg::WelchOptions welch_options(const nb::dict& options);
meeg::MultitaperOptions multitaper_options(const nb::dict& options);

}  // namespace ranvier::python
