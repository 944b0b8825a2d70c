// A package that lies on the node as a file.
#include "provisioner/node/modules/apt/deb_file.h"

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/node/modules/apt/dpkg_status.h"
#include "provisioner/node/modules/apt/version.h"

namespace provisioner::modules::apt {
namespace {

std::string field(const std::string& control, std::string_view key) {
  for (const std::string_view line : base::lines_of(control)) {
    if (line.starts_with(key) && line.substr(key.size()).starts_with(':'))
      return std::string(base::trim(line.substr(key.size() + 1)));
  }
  return "";
}

}  // namespace

DebFile judge_deb(const host::HostView& view, const Arguments& arguments) {
  const std::string path = arguments.text("deb");
  if (path.find("://") != std::string::npos)
    return {false, "'" + path + "' is no file of the node: fetch it first, with get_url"};
  if (!view.status(path, host::Follow::yes)) {
    return {false, "Unable to install package: E:Could not open file " + path +
                       " - open (2: No such file or directory)"};
  }
  const host::CommandResult answer =
      view.query({"dpkg-deb", "-f", path, "Package", "Version", "Architecture"});
  if (answer.status != 0)
    return {false, "Unable to install package: " + std::string(base::trim(answer.err))};
  const std::string name = field(answer.out, "Package"), version = field(answer.out, "Version");
  const DpkgStatus status(view);
  const Package* installed = status.find(name);
  if (!installed || !installed->is_installed()) return {true, ""};
  const int order = compare_versions(installed->version, version);
  if (order == 0) return {false, ""};
  const bool may_go_back = arguments.boolean("allow_downgrade") || arguments.boolean("force");
  if (order > 0 && !may_go_back) return {false, "A later version is already installed"};
  return {true, ""};
}

}  // namespace provisioner::modules::apt
