#include "libs/base/system_error.h"

#include <cerrno>

#include "absl/strings/str_cat.h"

namespace onething {

std::string SystemErrorText(int error) {
  switch (error) {
    case ENOENT:
      return "没有此文件或目录";
    case ENOTDIR:
      return "路径中有一段不是目录";
    case EISDIR:
      return "是目录，不是文件";
    case EEXIST:
      return "已经存在";
    case EACCES:
    case EPERM:
      return "没有权限";
    case EROFS:
      return "所在的磁盘只读";
    case ENOSPC:
      return "磁盘已满";
    case EDQUOT:
      return "超出磁盘配额";
    case EFBIG:
      return "文件过大";
    case EIO:
      return "磁盘读写出错";
    case EMFILE:
    case ENFILE:
      return "打开的文件过多";
    case ENOMEM:
      return "内存不足";
    default:
      return absl::StrCat("系统错误 ", error, "（", std::generic_category().message(error), "）");
  }
}

}  // namespace onething
