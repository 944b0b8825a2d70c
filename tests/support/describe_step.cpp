#include "tests/support/describe_step.h"

#include <fmt/format.h>

#include "provisioner/base/base/text.h"

namespace provisioner::support {
namespace {

std::string attributes_text(const wire::Attributes& attributes) {
  std::string text;
  if (attributes.mode) text += fmt::format(" mode={:04o}", *attributes.mode);
  if (attributes.uid) text += fmt::format(" uid={}", *attributes.uid);
  if (attributes.gid) text += fmt::format(" gid={}", *attributes.gid);
  return text;
}

struct Describe {
  std::string operator()(const wire::WriteFile& step) const {
    return "write " + step.path + attributes_text(step.attributes) +
           (step.backup ? " backup" : "") + (step.in_place ? " in place" : "");
  }
  std::string operator()(const wire::MakeDirectory& step) const {
    return "make directory " + step.path + attributes_text(step.attributes);
  }
  std::string operator()(const wire::MakeLink& step) const {
    return fmt::format("{} {} -> {}", step.hard ? "hard link" : "link", step.path, step.target);
  }
  std::string operator()(const wire::TouchFile& step) const { return "touch " + step.path; }
  std::string operator()(const wire::Remove& step) const {
    return (step.recursive ? "remove tree " : "remove ") + step.path;
  }
  std::string operator()(const wire::SetAttributes& step) const {
    return "set " + step.path + attributes_text(step.attributes);
  }
  std::string operator()(const wire::RunProgram& step) const {
    return "run " + base::join(step.argv, " ");
  }
  std::string operator()(const wire::SetHostname& step) const { return "hostname " + step.name; }
};

}  // namespace

std::string describe(const wire::Step& step) { return std::visit(Describe{}, step); }

}  // namespace provisioner::support
