using PSContainer.Systemd;

namespace PSContainer.Native.Tests.Systemd;

public sealed class DBusTests
{
    [Fact]
    public void A_broken_message_is_an_error_and_nothing_else()
    {
        var random = new Random(1);
        byte[] good = [(byte)'l', 2, 0, 1, 4, 0, 0, 0, 1, 0, 0, 0, 8, 0, 0, 0, 5, 1, (byte)'u', 0, 7, 0, 0, 0, 42, 0, 0, 0];
        var message = new DBusMessage(good);
        Assert.Equal((DBusMessage.Return, 7u, 42u), (message.Type, message.ReplySerial, message.UInt32()));
        for (int i = 0; i < 2000; i++)
        {
            byte[] bad = [.. good];
            for (int change = random.Next(1, 4); change > 0; change--)
                bad[random.Next(bad.Length)] = (byte)random.Next(256);
            Exception? thrown = Record.Exception(() =>
            {
                if (DBusMessage.LengthOf(bad) == bad.Length)
                    _ = new DBusMessage(bad).UInt32();
            });
            Assert.True(thrown is null or ContainerException, $"{thrown}");
        }
    }

    [Fact]
    public void A_length_that_nobody_sends_is_refused()
    {
        byte[] header = [(byte)'l', 2, 0, 1, 255, 255, 255, 255, 1, 0, 0, 0, 255, 255, 255, 127];
        Assert.Throws<ContainerException>(() => DBusMessage.LengthOf(header));
        header = [(byte)'B', 2, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0];
        Assert.Throws<ContainerException>(() => DBusMessage.LengthOf(header));
    }
}
