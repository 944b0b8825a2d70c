#pragma once

#include <map>
#include <string>

#include "provisioner/language/jinja/evaluator.h"

namespace provisioner::jinja {

using FunctionTable = std::map<std::string, Function, std::less<>>;

// The filters by what they work on; `filters()` joins them.
FunctionTable text_filters();
FunctionTable list_filters();
FunctionTable choosing_filters();  // map, select, sort, groupby ...
FunctionTable dict_filters();
FunctionTable condition_filters();  // default, bool, ternary ...
FunctionTable serial_filters();     // JSON, YAML
FunctionTable url_filters();
FunctionTable number_filters();
FunctionTable size_filters();
FunctionTable path_filters();
FunctionTable regex_filters();
FunctionTable crypto_filters();
FunctionTable network_filters();  // ipaddr and its kin
FunctionTable time_filters();

// "a.b.0" walked through attributes and items, as map(attribute=...) and sort(attribute=...) do.
Object attribute_path(Evaluator& evaluator, const Object& object, const std::string& path);
Object attribute_path(Evaluator& evaluator, const Object& object, const Object& path);

// Lower case for texts, as Jinja2 compares without case.
Object without_case(const Object& object);

// A number as Python's float() reads it.
std::optional<double> number_in(std::string_view text);
double real_argument(const Call& call, std::size_t index, std::string_view name);

// Ansible's `bool`.
bool boolean_of(const Object& object);

}  // namespace provisioner::jinja
