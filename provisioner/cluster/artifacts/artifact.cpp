// Words of artefacts.

#include "provisioner/cluster/artifacts/artifact.h"

#include <algorithm>
#include <array>
#include <utility>

#include "provisioner/base/base/text.h"

namespace provisioner::artifacts {
namespace {

constexpr std::array<std::pair<Kind, std::string_view>, 5> kinds = {{{Kind::binary, "binary"},
                                                                     {Kind::package, "package"},
                                                                     {Kind::image, "image"},
                                                                     {Kind::chart, "chart"},
                                                                     {Kind::file, "file"}}};

constexpr std::array<std::pair<Origin::Scheme, std::string_view>, 5> schemes = {
    {{Origin::Scheme::url, "https://"},
     {Origin::Scheme::url, "http://"},
     {Origin::Scheme::file, "file:"},
     {Origin::Scheme::registry, "oci://"},
     {Origin::Scheme::recipe, "build:"}}};

// A path inside an archive, and nothing that leads out of it or could be an option of tar.
bool is_member(std::string_view path) {
  if (path.empty() || path.front() == '/' || path.front() == '-') return false;
  return std::ranges::none_of(base::split(path, '/'),
                              [](const std::string& part) { return part == ".."; });
}

}  // namespace

std::string_view name_of(Kind kind) {
  for (const auto& [known, name] : kinds)
    if (known == kind) return name;
  return "";
}

std::optional<Kind> kind_named(std::string_view name) {
  for (const auto& [kind, known] : kinds)
    if (known == name) return kind;
  return std::nullopt;
}

std::optional<Origin> read_origin(std::string_view text) {
  for (const auto& [scheme, start] : schemes) {
    if (!text.starts_with(start) || text.size() == start.size()) continue;
    const bool is_url = scheme == Origin::Scheme::url;
    std::string_view rest = is_url ? text : text.substr(start.size());
    std::string_view member;
    const std::size_t mark = rest.find('#');
    if (mark != rest.npos && (is_url || scheme == Origin::Scheme::file)) {
      member = rest.substr(mark + 1);
      rest = rest.substr(0, mark);
      if (!is_member(member)) return std::nullopt;
    }
    return Origin{scheme, std::string(text), std::string(rest), std::string(member)};
  }
  return std::nullopt;
}

std::string called(const Wanted& wanted) { return wanted.name + " " + wanted.version; }
std::string called(const Locked& locked) { return locked.name + " " + locked.version; }

}  // namespace provisioner::artifacts
