// stat: what a node knows of a path.
#include <fmt/format.h>

#include <bit>

#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"
#include "provisioner/node/modules/module.h"
#include "provisioner/node/modules/status_keys.h"
#include "provisioner/node/modules/text_edit.h"

namespace provisioner::modules {
namespace {

using host::FileType;
using value::Dict;
using value::Value;

void add_numbers(const host::FileStatus& status, Dict& stat) {
  const std::pair<const char*, std::uint64_t> numbers[] = {{"uid", status.uid},
                                                           {"gid", status.gid},
                                                           {"size", status.size},
                                                           {"inode", status.inode},
                                                           {"dev", status.device},
                                                           {"nlink", status.links},
                                                           {"device_type", status.device_type},
                                                           {"blocks", status.blocks},
                                                           {"block_size", status.block_size}};
  for (const auto& [name, number] : numbers) stat.set(name, static_cast<std::int64_t>(number));
  stat.set("atime", status.access_time);
  stat.set("mtime", status.modification_time);
  stat.set("ctime", status.change_time);
}

void add_names(const host::HostView& view, const host::FileStatus& status, Dict& stat) {
  if (const auto account = view.account(status.uid)) stat.set("pw_name", account->name);
  if (const auto group = view.group(status.gid)) stat.set("gr_name", group->name);
}

void add_access(const host::HostView& view, const std::string& path, Dict& stat) {
  stat.set("readable", view.is_accessible(path, 4));
  stat.set("writeable", view.is_accessible(path, 2));
  stat.set("executable", view.is_accessible(path, 1));
}

// file(1) knows the type of a content where it is installed.
void add_mime(const host::HostView& view, const std::string& path, Dict& stat) {
  stat.set("mimetype", "unknown");
  stat.set("charset", "unknown");
  if (!view.program("file") || !view.status(path, host::Follow::yes)) return;
  const host::CommandResult answer = view.query({"file", "--mime-type", "--mime-encoding", path});
  const std::string_view words = base::trim(
      std::string_view(answer.out).substr(std::min(answer.out.rfind(": ") + 1, answer.out.size())));
  const std::size_t semicolon = words.find(';');
  if (answer.status != 0 || semicolon == words.npos) return;
  stat.set("mimetype", base::trim(words.substr(0, semicolon)));
  const std::size_t equals = words.find('=');
  if (equals != words.npos) stat.set("charset", words.substr(equals + 1));
}

// The letters and names of lsattr(1), in its order. A letter without a name is shown by the letter
// alone.
struct Flag {
  std::uint32_t bit;
  char letter;
  const char* name;
};
constexpr Flag flags[] = {
    {0x1, 's', "zero"},        {0x2, 'u', "undelete"},      {0x8, 'S', "synchronous"},
    {0x10000, 'D', "dirsync"}, {0x10, 'i', "immutable"},    {0x20, 'a', "append"},
    {0x40, 'd', "nodump"},     {0x80, 'A', "noatime"},      {0x4, 'c', "compressed"},
    {0x800, 'E', "encrypted"}, {0x4000, 'j', "journalled"}, {0x1000, 'I', "indexed"},
    {0x8000, 't', "notail"},   {0x20000, 'T', "blockroot"}, {0x80000, 'e', "extents"},
    {0x100000, 'V', ""},       {0x800000, 'C', "nocow"},    {0x2000000, 'x', ""},
    {0x40000000, 'F', ""},     {0x10000000, 'N', "inline"}, {0x20000000, 'P', ""}};

void add_flags(const host::HostView& view, const std::string& path, Dict& stat) {
  std::string letters;
  value::List names;
  const auto found = view.flags(path);
  for (const Flag& flag : flags) {
    if (!found || (found->bits & flag.bit) == 0) continue;
    letters += flag.letter;
    if (*flag.name != '\0') names.emplace_back(flag.name);
  }
  stat.set("attr_flags", letters);
  stat.set("attributes", std::move(names));
  stat.set("version", found ? Value(std::to_string(found->version)) : Value());
}

void add_digests(const host::HostView& view, const Arguments& arguments, const std::string& path,
                 Dict& stat) {
  if (arguments.boolean("get_md5")) stat.set("md5", view.digest(path, "md5").value_or(""));
  if (arguments.boolean("get_checksum"))
    stat.set("checksum", view.digest(path, arguments.text("checksum_algorithm")).value_or(""));
}

// True where a part of the path that should be a directory is something else.
bool leads_through_a_file(const host::HostView& view, const std::string& path) {
  for (std::string above = os::parent_of(path); above.size() > 1; above = os::parent_of(above))
    if (const auto status = view.status(above, host::Follow::yes))
      return status->type != FileType::directory;
  return false;
}

wire::Plan answer(Dict stat) {
  wire::Plan plan;
  plan.verdict = wire::Verdict::read;
  plan.result.set("stat", std::move(stat));
  return plan;
}

wire::Plan check(const host::HostView& view, const Arguments& arguments) {
  const std::string path = arguments.text("path");
  const bool follow = arguments.boolean("follow");
  const auto status = view.status(path, follow ? host::Follow::yes : host::Follow::no);
  if (!status && leads_through_a_file(view, path)) return failed("Not a directory");
  if (!status) return answer({{"exists", false}});
  Dict stat{{"exists", true}, {"path", path}};
  add_type_and_permissions(*status, stat);
  add_numbers(*status, stat);
  add_names(view, *status, stat);
  add_access(view, path, stat);
  if (status->type == FileType::link) {
    stat.set("lnk_target", view.link_target(path).value_or(""));
    stat.set("lnk_source", followed(view, path));
  }
  if (status->type == FileType::file && view.is_accessible(path, 4))
    add_digests(view, arguments, path, stat);
  if (arguments.boolean("get_mime")) add_mime(view, path, stat);
  if (arguments.boolean("get_attributes")) add_flags(view, path, stat);
  return answer(std::move(stat));
}

}  // namespace

extern const Module stat_module{
    .spec = {.name = "stat",
             .summary = "what a node knows of a path",
             .kind = ModuleKind::read,
             .parameters = {{.name = "path",
                             .type = Type::path,
                             .required = true,
                             .aliases = {"dest", "name"}},
                            {.name = "follow", .type = Type::boolean, .fallback = "no"},
                            {.name = "get_md5", .type = Type::boolean, .fallback = "no"},
                            {.name = "get_checksum", .type = Type::boolean, .fallback = "yes"},
                            {.name = "get_mime",
                             .type = Type::boolean,
                             .fallback = "yes",
                             .aliases = {"mime", "mime_type", "mime-type"}},
                            {.name = "get_attributes",
                             .type = Type::boolean,
                             .fallback = "yes",
                             .aliases = {"attr", "attributes"}},
                            {.name = "checksum_algorithm",
                             .fallback = "sha1",
                             .aliases = {"checksum", "checksum_algo"},
                             .choices = {"md5", "sha1", "sha224", "sha256", "sha384", "sha512"}}}},
    .check = check};

}  // namespace provisioner::modules
