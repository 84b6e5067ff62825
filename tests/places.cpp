#include "tests/places.hpp"

namespace ranvier::tests {

std::filesystem::path source_folder() { return RANVIER_SOURCE_DIR; }

}  // namespace ranvier::tests
