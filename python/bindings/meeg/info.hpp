#pragma once

#include "call.hpp"
#include "ranvier/meeg/recording/events.hpp"
#include "ranvier/meeg/recording/info.hpp"

namespace ranvier::python {

/// (seconds, microseconds) or None
nb::object python_date(const std::optional<meeg::MeasurementDate>& date);
std::optional<meeg::MeasurementDate> engine_date(const nb::handle& date);

std::vector<meeg::ChannelType> types_named(const std::vector<std::string>& names);

/// Shape (events, 3): sample, value before, id.
NumpyOut<std::int64_t, 2> python_events(const meeg::Events& events);
/// The same, which can't be written to.
NumpyOut<const std::int64_t, 2> shown_events(const meeg::Events& events);
meeg::Events engine_events(const NumpyIn<std::int64_t, 2>& events);

}  // namespace ranvier::python
