#pragma once

#include <set>
#include <string>

#include "provisioner/language/jinja/evaluator.h"
#include "provisioner/language/jinja/lexer.h"
#include "provisioner/language/jinja/node.h"

namespace provisioner::jinja {

// Where an offset of a template's text stands in the user's file, as far as can be told: `begin` is
// where the text as a YAML scalar begins.
base::Pos place_of(const std::string& text, std::size_t offset, base::Pos begin);

base::Error syntax_error(const SyntaxError& problem, const std::string& text, base::Pos begin);

// Gives an error of an evaluation its place, and a hint where a name was meant that is near.
void place_error(base::Error& error, const std::string& text, std::size_t offset, base::Pos begin,
                 Scope& scope);

// Filters, tests and lookups that are not known.
void check_names(const Node& node, const std::string& text, base::Pos begin,
                 const ForeignPlugins* foreign, base::Diagnostics& diagnostics);

// Names that are read and not set inside.
void collect_names(const Node& node, std::set<std::string>& names);

// The text without a first line "#jinja2: trim_blocks:False, ...", which changes `style`.
std::string without_overrides(const std::string& text, FileStyle& style);

}  // namespace provisioner::jinja
