// copy with remote_src: a file or a tree that is on the node already.
#include <fmt/format.h>

#include "provisioner/base/os/files.h"
#include "provisioner/node/modules/copy/copy_task.h"
#include "provisioner/node/modules/text_edit.h"

namespace provisioner::modules {
namespace {

std::string base_name(const std::string& path) {
  return path.substr(path.rfind('/') == std::string::npos ? 0 : path.rfind('/') + 1);
}

// `mode: preserve` is the source's own.
Arguments with_settled_mode(const Arguments& arguments, const host::FileStatus& source) {
  value::Dict options = arguments.values();
  if (arguments.has("mode") && arguments.text("mode") == "preserve")
    options.set("mode", fmt::format("0{:03o}", source.mode));
  return Arguments(std::move(options));
}

// What a tree copy gathers on its way down.
struct TreeCopy {
  const host::HostView& view;
  const Arguments& arguments;
  wire::Plan& plan;

  // `is_made`: the steps make the root already, so that only its owner is wanted.
  void copy_root(const std::string& from, const std::string& to, bool is_made) {
    if (is_made)
      std::get<wire::MakeDirectory>(plan.steps.back()).attributes = owners(new_directory(view, to));
    copy(from, to, is_made);
  }

 private:
  void copy(const std::string& from, const std::string& to, bool is_made = false) {
    const auto now = view.status(to, host::Follow::yes);
    const host::FileStatus source = *view.status(from, host::Follow::yes);
    if (!now && !is_made) make(to, source);
    for (const std::string& name : view.entries(from).value_or(std::vector<std::string>{}))
      copy_entry(os::join_path(from, name), os::join_path(to, name));
  }

  void make(const std::string& path, const host::FileStatus& source) {
    wire::Attributes attributes = owners(source);
    attributes.mode = source.mode;
    add(wire::MakeDirectory{path, attributes});
  }

  void copy_entry(const std::string& from, const std::string& to) {
    const bool keeps_links = !arguments.boolean("local_follow");
    const auto own = view.status(from, host::Follow::no);
    if (keeps_links && own && own->type == host::FileType::link) return copy_link(from, to);
    const auto status = view.status(from, host::Follow::yes);
    if (!status) return;
    if (status->type == host::FileType::directory)
      copy(from, to);
    else
      copy_file(from, to, *status);
  }

  void copy_link(const std::string& from, const std::string& to) {
    const std::string target = view.link_target(from).value_or("");
    if (view.link_target(to) != target) add(wire::MakeLink{to, target, false});
  }

  void copy_file(const std::string& from, const std::string& to, const host::FileStatus& status) {
    CopySource source;
    source.content.file = from;
    source.sha1 = view.digest(from, "sha1").value_or("");
    const auto now = view.status(to, host::Follow::yes);
    const wire::Attributes owner = owners(now.value_or(status));
    if (holds(view, to, source)) {
      const bool is_owned =
          (!owner.uid || *owner.uid == now->uid) && (!owner.gid || *owner.gid == now->gid);
      if (!is_owned) add(wire::SetAttributes{to, owner, true});
      return;
    }
    wire::WriteFile write;
    write.path = to;
    write.content = source.content;
    write.attributes = owner;
    if (!now) write.attributes.mode = status.mode;
    add(std::move(write));
  }

  // Owner and group that the options ask for; the mode of a tree's members is their source's.
  wire::Attributes owners(const host::FileStatus& status) const {
    wire::Attributes wanted = attribute_change(view, without_mode(), status).wanted;
    return wanted;
  }

  Arguments without_mode() const {
    value::Dict options = arguments.values();
    options.set("mode", value::Value());
    return Arguments(std::move(options));
  }

  void add(wire::Step step) { plan.steps.push_back(std::move(step)); }
};

wire::Plan with_verdict(wire::Plan plan) {
  if (!plan.steps.empty()) plan.verdict = wire::Verdict::differs;
  return plan;
}

void add_attributes(const host::HostView& view, const Arguments& arguments, const std::string& path,
                    wire::Plan& plan) {
  const std::string real = arguments.boolean("follow") ? followed(view, path) : path;
  const auto now = view.status(real, host::Follow::no);
  const AttributeChange change =
      attribute_change(view, arguments, now.value_or(new_directory(view, path)));
  if (change.is_needed) plan.steps.emplace_back(wire::SetAttributes{real, change.wanted, false});
}

wire::Plan plan_tree_copy(const host::HostView& view, const Arguments& arguments) {
  const std::string from = arguments.text("src"), dest = arguments.text("dest");
  wire::Plan plan;
  const std::string to = from.ends_with('/') ? dest : os::join_path(dest, base_name(from));
  const auto status = view.status(dest, host::Follow::yes);
  const bool is_below =
      dest.ends_with('/') || (status && status->type == host::FileType::directory);
  // A directory that is made for the tree is an ordinary one; those of the tree are as they are in
  // the source.
  const bool is_made = !status && !is_below && !from.ends_with('/');
  if (dest.ends_with('/'))
    plan.steps = directory_steps(view, arguments, to, Phase::apply);
  else
    plan.steps = missing_parents(view, is_made ? to + "/." : to);
  TreeCopy{view, arguments, plan}.copy_root(from, to, is_made);
  const std::string shown = is_below ? to : dest;
  add_attributes(view, arguments, shown, plan);
  plan.result = {
      {"src", from}, {"dest", shown}, {"checksum", value::Value()}, {"md5sum", value::Value()}};
  return with_verdict(std::move(plan));
}

wire::Plan plan_any(const host::HostView& view, const Arguments& given, Phase phase) {
  const std::string from = given.text("src");
  const auto status = view.status(from, host::Follow::yes);
  if (!status) return failed(fmt::format("Source {} not found", from));
  if (!view.is_accessible(from, 4)) return failed(fmt::format("Source {} not readable", from));
  const Arguments arguments = with_settled_mode(given, *status);
  const bool makes_directories = arguments.text("dest").ends_with('/');
  const std::string above = os::parent_of(arguments.text("dest"));
  if (!makes_directories && !view.status(above, host::Follow::yes))
    return failed(fmt::format("Destination directory {} does not exist", above));
  if (status->type == host::FileType::directory) return plan_tree_copy(view, arguments);
  CopySource source;
  source.content.file = from;
  source.name = base_name(from);
  source.sha1 = view.digest(from, "sha1").value_or("");
  std::string path = destination(view, arguments, source);
  const bool exists = view.status(path, host::Follow::yes).has_value();
  const bool is_followed =
      exists && arguments.boolean("follow") && view.link_target(path).has_value();
  if (is_followed) path = followed(view, path);
  const auto now = view.status(path, host::Follow::no);
  value::Dict keys{{"src", from}, {"dest", path}};
  if (exists && !arguments.boolean("force")) {
    keys.set("msg", "file already exists");
    return same(std::move(keys));
  }
  wire::Plan plan;
  keys.set("checksum", source.sha1);
  keys.set("md5sum", view.digest(from, "md5").value_or(""));
  plan.result = std::move(keys);
  const bool is_right = now && now->type == host::FileType::file && holds(view, path, source);
  if (is_right) {
    add_attributes(view, arguments, path, plan);
    return with_verdict(std::move(plan));
  }
  if (makes_directories) plan.steps = directory_steps(view, arguments, path, phase);
  plan.steps.emplace_back(write_step(view, arguments, path, source, now ? Phase::apply : phase));
  return with_verdict(std::move(plan));
}

}  // namespace

// A check asks for no owners of what is not there yet, and ends with a directory that is to be
// made.
wire::Plan plan_remote_copy(const host::HostView& view, const Arguments& arguments, Phase phase) {
  const std::string dest = arguments.text("dest");
  const std::string directory = dest.substr(0, dest.find_last_not_of('/') + 1);
  const bool has_attributes =
      arguments.has("owner") || arguments.has("group") || arguments.has("mode");
  const bool may_differ = phase == Phase::check && (has_attributes || dest.ends_with('/'));
  if (!may_differ || view.status(directory, host::Follow::yes))
    return plan_any(view, arguments, phase);
  value::Dict options = arguments.values();
  for (const char* attribute : {"owner", "group", "mode"}) options.set(attribute, value::Value());
  wire::Plan plan = plan_any(view, Arguments(std::move(options)), phase);
  if (plan.verdict == wire::Verdict::differs && dest.ends_with('/'))
    plan.result = {{"src", arguments.text("src")},
                   {"msg", fmt::format("dest directory {} would be created", directory)}};
  return plan;
}

}  // namespace provisioner::modules
