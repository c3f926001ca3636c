# Says the message and everything that an Abaco actor is told, with nothing but a POSIX shell.
echo "message: ${MSG-(none: a binary message)}"
echo "environment:"
export -p
