package tandem.chaos;

import java.util.function.LongUnaryOperator;

/// A managed object, with an amount for each worker.
interface Till {
    /// @return the new amount
    long add(int worker, long amount);

    /// @param how runs where the caller is
    /// @return the new amount
    long change(int worker, LongUnaryOperator how);

    long amount(int worker);

    /// How often two were in it at once, or it was not whole between two calls.
    long breaks();
}
