#pragma once

#include "ranvier/base/error.hpp"

namespace ranvier {

/// Things that are right each by itself do not go together, or what an object is does not allow what it is asked.
/// Python: ConflictError, both a ValueError and a RuntimeError.
class Conflict : public InvalidInput {
public:
    using InvalidInput::InvalidInput;
};

}  // namespace ranvier
