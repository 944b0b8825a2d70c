#pragma once

#include <optional>
#include <string>
#include <vector>

#include "provisioner/node/host/host_view.h"
#include "provisioner/node/modules/module.h"
#include "provisioner/node/wire/plan.h"

namespace provisioner::modules::user {

// Steps that make an account, and those that bring an existing one to what the arguments say (none:
// it is so). Throws Error(failed) for a group that is not there.
std::vector<wire::Step> steps_to_create(const host::HostView& view, const Arguments& arguments);
std::vector<wire::Step> steps_to_change(const host::HostView& view, const Arguments& arguments,
                                        const host::Account& account);

// Steps that set the password, its lock and its ages. The hash goes to chpasswd by its standard
// input, never by argv.
std::vector<wire::Step> password_steps(const host::HostView& view, const Arguments& arguments,
                                       bool is_new);
// Ansible's warning where a password does not look like a hash; "" where it does.
std::string password_warning(const std::string& password);

// Steps that make a missing home from the skeleton.
std::vector<wire::Step> home_steps(const host::HostView& view, const Arguments& arguments,
                                   const host::Account& account);

// Steps that make a missing SSH key; none where generate_ssh_key is not asked for or the key is
// there.
std::vector<wire::Step> ssh_key_steps(const host::HostView& view, const Arguments& arguments,
                                      const host::Account& account);
// ssh_fingerprint, ssh_key_file, ssh_public_key.
void add_ssh_key(const host::HostView& view, const Arguments& arguments,
                 const host::Account& account, value::Dict& result);

// The path of a program of the shadow suite, or of libuser for `local`. Throws Error(failed) where
// it is missing.
std::string account_program(const host::HostView& view, const Arguments& arguments,
                            const std::string& name);

}  // namespace provisioner::modules::user
