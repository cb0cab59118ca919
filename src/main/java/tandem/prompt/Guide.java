package tandem.prompt;

/// Who stands beside a person at the prompt: sees each line that is sent there, and says what could be
/// typed next. That line is shown in grey as long as nothing is typed; Enter sends it, Tab and the right
/// arrow take it to be changed.
///
/// The thread that reads lines for JShell calls all of it but [#heard]. So between two lines a guide may take
/// its time, and ask the shell.
public interface Guide {
    /// The guide of those who have none.
    Guide NONE =
            new Guide() {
                @Override
                public String asked(Shell shell) {
                    return "";
                }

                @Override
                public void sent(String line) {}
            };

    /// JShell asks for a line; what was typed before is done.
    ///
    /// @return what is offered, with several lines where it has them; empty for nothing
    String asked(Shell shell);

    /// A line was sent, which JShell has not seen yet.
    void sent(String line);

    /// Whether what JShell says of the line that was sent last is for nobody: the line was for the guide.
    default boolean isForGuide() {
        return false;
    }

    /// JShell, or what runs in it, prints something.
    default void heard(byte[] bytes, int from, int length) {}
}
