package tandem.step;

/// stub
public final class CodeProgram extends Program {
    @Override
    public Play start() {
        return null;
    }

    @Override
    public void close() {}
}
