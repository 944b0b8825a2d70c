// The SSH key of an account.
#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/node/modules/program_steps.h"
#include "provisioner/node/modules/user/account.h"

namespace provisioner::modules::user {
namespace {

std::string key_path(const Arguments& arguments, const host::Account& account) {
  const std::string name = arguments.has("ssh_key_file")
                               ? arguments.text("ssh_key_file")
                               : ".ssh/id_" + arguments.text("ssh_key_type");
  if (name.starts_with('/')) return name;
  const std::string home = arguments.has("home") ? arguments.text("home") : account.home;
  return home + "/" + name;
}

}  // namespace

std::vector<wire::Step> ssh_key_steps(const host::HostView& view, const Arguments& arguments,
                                      const host::Account& account) {
  if (!arguments.boolean("generate_ssh_key")) return {};
  const std::string path = key_path(arguments, account);
  const std::string directory = path.substr(0, path.rfind('/'));
  if (view.status(path, host::Follow::yes) && !arguments.boolean("force")) return {};
  const auto keygen = view.program("ssh-keygen");
  if (!keygen)
    throw base::Error(base::Kind::failed,
                      "Failed to find required executable \"ssh-keygen\" in paths: "
                      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
  const wire::Attributes owner{account.uid, account.gid, {}};
  std::vector<wire::Step> steps;
  if (!view.status(directory, host::Follow::yes))
    steps.push_back(wire::MakeDirectory{directory, {account.uid, account.gid, 0700}});
  std::vector<std::string> argv = {*keygen, "-t", arguments.text("ssh_key_type")};
  if (arguments.has("ssh_key_bits") && arguments.integer("ssh_key_bits") > 0)
    argv.insert(argv.end(), {"-b", std::to_string(arguments.integer("ssh_key_bits"))});
  const std::string comment =
      base::replace_all(arguments.text("ssh_key_comment"), "$HOSTNAME", view.host_name());
  argv.insert(argv.end(), {"-C", comment, "-f", path});
  // Without a terminal ssh-keygen reads the passphrase, twice, from its standard input.
  const std::string passphrase = arguments.text("ssh_key_passphrase");
  if (view.status(path, host::Follow::yes)) steps.push_back(wire::Remove{path, false});
  steps.push_back(program_step(std::move(argv), passphrase + "\n" + passphrase + "\n"));
  steps.push_back(wire::SetAttributes{path, owner, true});
  steps.push_back(wire::SetAttributes{path + ".pub", owner, true});
  return steps;
}

void add_ssh_key(const host::HostView& view, const Arguments& arguments,
                 const host::Account& account, value::Dict& result) {
  if (!arguments.boolean("generate_ssh_key")) return;
  const std::string path = key_path(arguments, account);
  result.set("ssh_key_file", path);
  const auto public_key = view.read_file(path + ".pub");
  if (!public_key) return;
  result.set("ssh_public_key", base::trim(*public_key));
  const host::CommandResult fingerprint = view.query({"ssh-keygen", "-l", "-f", path});
  if (fingerprint.status == 0) result.set("ssh_fingerprint", base::trim(fingerprint.out));
}

}  // namespace provisioner::modules::user
