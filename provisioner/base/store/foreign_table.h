#pragma once

#include <optional>
#include <string>
#include <vector>

namespace provisioner::store {

// A column of a table in somebody else's SQLite file, which is not to be trusted: opened to be read
// alone and as it lies there, without what its schema would have done or computed, and with an end
// to the work that it may ask for. Nullopt where it is no such file, has no such column, or is
// damaged. The values have no more bytes than the file.
std::optional<std::vector<std::string>> foreign_column(const std::string& path,
                                                       const std::string& table,
                                                       const std::string& column);

}  // namespace provisioner::store
