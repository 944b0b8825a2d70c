// All filters under their names.

#include "provisioner/language/jinja/filter_tables.h"

namespace provisioner::jinja {

const FunctionTable& filters() {
  static const FunctionTable table = [] {
    FunctionTable all;
    for (FunctionTable part :
         {text_filters(), list_filters(), choosing_filters(), dict_filters(), condition_filters(),
          serial_filters(), url_filters(), number_filters(), size_filters(), path_filters(),
          regex_filters(), crypto_filters(), network_filters(), time_filters()})
      all.merge(part);
    for (const auto& [alias, name] :
         {std::pair("d", "default"), std::pair("e", "escape"), std::pair("count", "length")})
      all.emplace(alias, all.at(name));
    return all;
  }();
  return table;
}

Object attribute_path(Evaluator& evaluator, const Object& object, const std::string& path) {
  Object now = object;
  std::size_t begin = 0;
  while (begin <= path.size()) {
    const std::size_t end = std::min(path.find('.', begin), path.size());
    const std::string part = path.substr(begin, end - begin);
    const bool is_index =
        !part.empty() && part.find_first_not_of("0123456789") == std::string::npos;
    now = evaluator.item(
        now, is_index ? Object(static_cast<std::int64_t>(std::stoll(part))) : Object(part));
    begin = end + 1;
  }
  return now;
}

Object attribute_path(Evaluator& evaluator, const Object& object, const Object& path) {
  if (path.is_integer()) return evaluator.item(object, path);
  return attribute_path(evaluator, object, text_of(path));
}

}  // namespace provisioner::jinja
