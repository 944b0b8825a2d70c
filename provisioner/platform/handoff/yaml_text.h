#pragma once

#include <string>
#include <vector>

#include "provisioner/base/value/value.h"

namespace provisioner::handoff {

// YAML for people and for Go's reader alike: keys in their order, what is short on one line, texts
// of several lines as they are. Whatever one of the versions of YAML could take for something else
// than a text is quoted. Ends with a newline.
std::string yaml_text(const value::Value& value);

// Several documents in one file, below a comment (of one line, without "# ").
std::string yaml_documents(const std::string& comment, const std::vector<value::Value>& documents);

}  // namespace provisioner::handoff
