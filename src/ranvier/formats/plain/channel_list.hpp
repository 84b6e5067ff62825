#pragma once

#include <string>
#include <vector>

#include "ranvier/base/value.hpp"

namespace ranvier::formats {

/// Which channels a setting such as eog=["HEOG", 3] lists, by name or number; negative numbers count from the end.
/// Names that no channel has are passed over, since a list may serve many recordings.
/// @param what  the setting's name, for messages
/// @throws InvalidInput  an entry that is neither, or a number that no channel has
std::vector<bool> listed_channels(const std::string& what, const std::vector<Value>& list,
                                  const std::vector<std::string>& names);

}  // namespace ranvier::formats
