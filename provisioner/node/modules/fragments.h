#pragma once

#include <string>
#include <vector>

#include "provisioner/node/modules/module.h"

namespace provisioner::modules {

// What assemble makes one file of, on the node and on the controller.

std::vector<Parameter> assemble_parameters();

// The names of a directory that its options take, in order.
std::vector<std::string> fragment_names(std::vector<std::string> entries,
                                        const Arguments& arguments);

// Each fragment begins on a line of its own, and so does the delimiter between two; "\n" and the
// like in it are what they stand for. Behind a delimiter that ends its line comes no other newline,
// unless `always_breaks`.
std::string joined_fragments(const std::vector<std::string>& fragments,
                             const std::string& delimiter, bool always_breaks = false);

}  // namespace provisioner::modules
