#pragma once

#include "provisioner/engine/action/source_file.h"
#include "provisioner/engine/action/steps.h"

namespace provisioner::action {

// Makes a file on the node be `source`: asks by digest first where it is large, and sends the bytes
// only if they differ. `arguments` are the node half's options (dest, mode, owner ...); `name` is
// the name below a `dest` that is a directory.
Steps<Reply> send_file(Context& context, SourceFile source, value::Dict arguments,
                       std::string name);

}  // namespace provisioner::action
