// Which version is newer.

#include "provisioner/language/jinja/version_order.h"

#include <algorithm>
#include <cstdint>
#include <variant>
#include <vector>

#include "provisioner/base/base/regex.h"
#include "provisioner/base/base/text.h"
#include "provisioner/language/jinja/object.h"

namespace provisioner::jinja {
namespace {

using Part = std::variant<std::int64_t, std::string>;

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

Part part_of(const std::string& text) {
  if (is_number(text) && text.size() < 18) return static_cast<std::int64_t>(std::stoll(text));
  return text;
}

// "1.2rc3" is 1, 2, "rc", 3.
std::vector<Part> loose_parts(const std::string& version) {
  static const base::Regex component("(\\d+|[a-z]+|\\.)");
  std::vector<Part> parts;
  std::size_t at = 0;
  const auto add = [&](const std::string& piece) {
    if (!piece.empty() && piece != ".") parts.push_back(part_of(piece));
  };
  for (const auto& match : component.find_all(version)) {
    add(version.substr(at, match.begin() - at));
    add(version.substr(match.begin(), match.end() - match.begin()));
    at = match.end();
  }
  add(version.substr(at));
  return parts;
}

std::vector<Part> strict_parts(const std::string& version) {
  static const base::Regex shape("^(\\d+)\\.(\\d+)(\\.(\\d+))?([ab](\\d+))?$");
  const auto match = shape.match_start(version);
  if (!match) type_error("invalid version number '" + version + "'");
  const auto number = [&](std::size_t group) {
    return part_of(base::group_text(*match, version, group).value_or("0"));
  };
  const auto tail = base::group_text(*match, version, 5);
  // A release comes behind its own alphas and betas.
  return {number(1), number(2), number(4), Part(tail ? tail->substr(0, 1) : std::string("c")),
          number(6)};
}

int compare_parts(const std::vector<Part>& a, const std::vector<Part>& b) {
  for (std::size_t at = 0; at < std::min(a.size(), b.size()); ++at) {
    if (a[at].index() != b[at].index()) {
      type_error("Version comparison failed: '<' not supported between instances of '" +
                 std::string(a[at].index() == 0 ? "int" : "str") + "' and '" +
                 (b[at].index() == 0 ? "int" : "str") + "'");
    }
    if (a[at] != b[at]) return a[at] < b[at] ? -1 : 1;
  }
  return a.size() == b.size() ? 0 : a.size() < b.size() ? -1 : 1;
}

int compare_identifiers(const std::string& a, const std::string& b) {
  if (is_number(a) && is_number(b))
    return part_of(a) == part_of(b) ? 0 : part_of(a) < part_of(b) ? -1 : 1;
  if (is_number(a) != is_number(b)) return is_number(a) ? -1 : 1;
  return a == b ? 0 : a < b ? -1 : 1;
}

int compare_semantic(const std::string& left, const std::string& right) {
  static const base::Regex shape(
      "^(\\d+)\\.(\\d+)\\.(\\d+)(?:-([0-9A-Za-z.-]+))?(?:\\+[0-9A-Za-z.-]+)?$");
  const auto a = shape.match_start(left), b = shape.match_start(right);
  if (!a || !b) type_error("invalid semantic version '" + (a ? right : left) + "'");
  for (const std::size_t group : {1U, 2U, 3U})
    if (const int order = compare_identifiers(*base::group_text(*a, left, group),
                                              *base::group_text(*b, right, group));
        order != 0)
      return order;
  const auto before_a = base::group_text(*a, left, 4), before_b = base::group_text(*b, right, 4);
  if (!before_a || !before_b) return before_a ? -1 : before_b ? 1 : 0;
  const auto parts_a = base::split(*before_a, '.'), parts_b = base::split(*before_b, '.');
  for (std::size_t at = 0; at < std::min(parts_a.size(), parts_b.size()); ++at)
    if (const int order = compare_identifiers(parts_a[at], parts_b[at]); order != 0) return order;
  return parts_a.size() == parts_b.size() ? 0 : parts_a.size() < parts_b.size() ? -1 : 1;
}

}  // namespace

int compare_versions(const std::string& left, const std::string& right, std::string_view kind) {
  if (left.empty() || right.empty()) type_error("Input version value cannot be empty");
  if (kind == "strict") return compare_parts(strict_parts(left), strict_parts(right));
  if (kind == "semver" || kind == "semantic") return compare_semantic(left, right);
  if (kind != "loose")
    type_error("there is no order of versions of the type '" + std::string(kind) + "'");
  return compare_parts(loose_parts(left), loose_parts(right));
}

}  // namespace provisioner::jinja
