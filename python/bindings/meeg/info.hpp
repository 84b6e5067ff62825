#pragma once

#include "call.hpp"
#include "ranvier/meeg/recording/annotations.hpp"
#include "ranvier/meeg/recording/covariance.hpp"
#include "ranvier/meeg/recording/events.hpp"
#include "ranvier/meeg/recording/info.hpp"

// Between the plain structs of meeg and the plain Python values that ranvier.meeg dresses: dicts, lists, arrays.
namespace ranvier::python {

nb::dict python_info(const meeg::Info& info);
meeg::Info engine_info(const nb::handle& info);

nb::dict python_projection(const meeg::Projection& projection);
meeg::Projection engine_projection(const nb::handle& projection);

/// ([(onset, duration, description, channels)], (seconds, microseconds) or None)
nb::tuple python_annotations(const meeg::Annotations& annotations);
meeg::Annotations engine_annotations(const nb::handle& annotations);

/// Shape (events, 3): sample, value before, id.
NumpyOut<std::int64_t, 2> python_events(const meeg::Events& events);
meeg::Events engine_events(const NumpyIn<std::int64_t, 2>& events);

nb::object python_date(const std::optional<meeg::MeasurementDate>& date);
std::optional<meeg::MeasurementDate> engine_date(const nb::handle& date);

nb::dict python_covariance(const meeg::Covariance& covariance);
meeg::Covariance engine_covariance(const nb::handle& covariance);

}  // namespace ranvier::python
