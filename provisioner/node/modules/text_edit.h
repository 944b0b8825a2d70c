#pragma once

#include <string>

#include "provisioner/node/host/host_view.h"
#include "provisioner/node/modules/module.h"

namespace provisioner::modules {

// A change of a text file's content, as lineinfile, blockinfile and sysctl make it.
struct TextEdit {
  std::string path;  // as the user gave it; a link is followed for the content
  std::string before = {}, after = {};
  bool is_new = false;  // it is not there yet; its directories are made too
  bool backup = false;
  std::string message = {};  // of the content's change; "" where none
};

// The plan of an edit with the common file options of `arguments`: steps, both differences ("PATH
// (content)" and "PATH (file attributes)"), and `result` completed with `msg` and the empty `diff`
// that Ansible shows without --diff.
wire::Plan plan_text_edit(const host::HostView& view, const Arguments& arguments,
                          const TextEdit& edit, value::Dict result);

// The path without any link in it, whether or not something is there, as realpath(3). Throws
// Error(failed) on a loop.
std::string followed(const host::HostView& view, const std::string& path);

// Steps that make the missing directories above a path, outermost first.
std::vector<wire::Step> missing_parents(const host::HostView& view, const std::string& path);

// Lines with their ends; only "\n" ends a line.
std::vector<std::string> split_lines(const std::string& text);

// What stands between blanks, tabs and ends of lines.
std::vector<std::string> words_of(std::string_view line);

}  // namespace provisioner::modules
