#pragma once

#include <cstdint>
#include <string>

#include "provisioner/base/value/value.h"
#include "provisioner/language/inventory/node_findings.h"
#include "provisioner/language/inventory/schema.h"

namespace provisioner::inventory {

// What is judged: one layer as it was written, or all of a node with its templates evaluated. Only
// the whole must have all required members, and there a number may be a text: templates give texts.
enum class Judged : std::uint8_t { layer, node };

// A template that is not evaluated, or a sealed text: nobody knows yet.
bool is_unknown(const value::Value& value);

// A value against its place in the schema; `path` is that place as the user would write it.
void check_shape(const value::Value& value, const Member& member, const std::string& path,
                 Judged judged, NodeFindings& findings);

}  // namespace provisioner::inventory
