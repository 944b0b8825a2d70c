// What apt of this machine knows of a suite.

#include "provisioner/machine/image/apt_sources.h"

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"

namespace provisioner::image {
namespace {

using base::Error;
using base::Kind;

// "bookworm", "bookworm-updates", "bookworm-security": not "cloud-sdk-bookworm".
bool is_of(std::string_view word, std::string_view suite) {
  if (!word.starts_with(suite)) return false;
  word.remove_prefix(suite.size());
  return word.empty() || word.front() == '-' || word.front() == '/';
}

std::string suites_about(std::string_view line, std::string_view suite) {
  std::string kept;
  for (const std::string& word : base::split(base::trim(line), ' '))
    if (is_of(word, suite)) kept += " " + word;
  return kept;
}

// Binary packages alone: "deb", "deb-src" and both on one line are types.
bool is_type_of_sources(std::string_view line) {
  return line.starts_with("Types:") && base::trim(line.substr(6)) == "deb-src";
}

}  // namespace

std::string paragraphs_about(const std::string& text, const std::string& suite) {
  std::string kept, paragraph, suites;
  bool is_wanted = true;
  const auto finish = [&] {
    if (is_wanted && !suites.empty()) kept += paragraph + "Suites:" + suites + "\n\n";
    paragraph.clear();
    suites.clear();
    is_wanted = true;
  };
  for (const std::string_view line : base::lines_of(text)) {
    if (base::trim(line).empty()) {
      finish();
    } else if (line.starts_with("Suites:")) {
      suites = suites_about(line.substr(7), suite);
    } else if (!line.starts_with('#')) {
      is_wanted = is_wanted && !is_type_of_sources(line) && !line.starts_with("Enabled: no");
      paragraph += std::string(line) + "\n";
    }
  }
  finish();
  return kept;
}

std::string lines_about(const std::string& text, const std::string& suite) {
  std::string kept;
  for (const std::string_view line : base::lines_of(text))
    if (line.starts_with("deb ") && !suites_about(line, suite).empty())
      kept += std::string(line) + "\n";
  return kept;
}

AptSources apt_sources(const Definition& definition) {
  AptSources sources;
  if (!definition.mirror.empty()) {
    sources.lines = "deb " + definition.mirror + " " + definition.suite + " main\n";
    return sources;
  }
  for (const std::string& path : os::glob("/etc/apt/sources.list.d/*.sources"))
    sources.paragraphs += paragraphs_about(os::require_file(path), definition.suite);
  std::vector<std::string> lists = os::glob("/etc/apt/sources.list.d/*.list");
  lists.insert(lists.begin(), "/etc/apt/sources.list");
  for (const std::string& path : lists)
    if (const auto text = os::read_file(path))
      sources.lines += lines_about(*text, definition.suite);
  if (sources.paragraphs.empty() && sources.lines.empty())
    throw Error(Kind::input,
                "no apt source of this machine is about suite '" + definition.suite + "'")
        .set_hint("give image '" + definition.name + "' a 'mirror'");
  return sources;
}

}  // namespace provisioner::image
