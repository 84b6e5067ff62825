#pragma once

#include <memory>
#include <string>
#include <vector>

#include "ranvier/language/model.hpp"
#include "ranvier/units/dimension.hpp"

namespace ranvier::sim {

/// Numbers that grow. Whoever looks at them shares the memory; what is added later goes into a copy of theirs.
template <class T>
class Recorded {
public:
    const std::vector<T>& all() const { return *values_; }
    std::vector<T>& to_write() {
        if (values_.use_count() > 1) {
            values_ = std::make_shared<std::vector<T>>(*values_);
        }
        return *values_;
    }
    std::shared_ptr<std::vector<T>> shared() const { return values_; }

private:
    std::shared_ptr<std::vector<T>> values_ = std::make_shared<std::vector<T>>();
};

/// Values of a variable over time, as doubles (integers and conditions are whole numbers).
struct Series {
    std::string name;
    language::Type type = language::Type::real;
    units::Dimension dimension;
    Recorded<double> values;
};

}  // namespace ranvier::sim
