using PSContainer.Kernel;

namespace PSContainer.Security.Seccomp;

/// <summary>Writes the code that compares a call's arguments, 32 bits at a time as classic BPF has them.</summary>
internal static class ArgumentTest
{
    /// <summary>Writes alternatives, the first that holds giving its action.</summary>
    /// <returns>The label of the first.</returns>
    public static int Write(BpfWriter writer, SeccompAlternative[] alternatives, uint defaultAction)
    {
        int next = writer.Return(defaultAction);
        for (int index = alternatives.Length - 1; index >= 0; index--)
        {
            int then = writer.Return(alternatives[index].Action);
            SeccompCondition[] conditions = alternatives[index].Conditions;
            for (int condition = conditions.Length - 1; condition >= 0; condition--)
                then = Write(writer, conditions[condition], then, next);
            next = then;
        }
        return next;
    }

    private static int Write(BpfWriter writer, SeccompCondition condition, int then, int otherwise)
    {
        uint low = SeccompCalls.ArgumentsOffset + (condition.Argument * 8u);
        return condition.Comparison switch
        {
            SeccompComparison.Equal => WriteEqual(writer, condition, low, then, otherwise),
            SeccompComparison.NotEqual => WriteEqual(writer, condition, low, otherwise, then),
            SeccompComparison.Greater => WriteAbove(writer, condition, low, false, then, otherwise),
            SeccompComparison.GreaterOrEqual => WriteAbove(writer, condition, low, true, then, otherwise),
            SeccompComparison.Less => WriteAbove(writer, condition, low, true, otherwise, then),
            SeccompComparison.LessOrEqual => WriteAbove(writer, condition, low, false, otherwise, then),
            _ => WriteMaskedEqual(writer, condition, low, then, otherwise),
        };
    }

    private static bool IsWide(SeccompCondition condition) => condition.Mask >> 32 != 0;

    private static uint High(ulong value) => (uint)(value >> 32);

    private static int WriteEqual(BpfWriter writer, SeccompCondition condition, uint low, int then, int otherwise)
    {
        writer.IfEqual((uint)condition.Value, then, otherwise);
        int label = writer.Load(low);
        if (!IsWide(condition))
            return label;
        writer.IfEqual(High(condition.Value), label, otherwise);
        return writer.Load(low + 4);
    }

    private static int WriteAbove(BpfWriter writer, SeccompCondition condition, uint low, bool orEqual, int then, int otherwise)
    {
        if (orEqual)
            writer.IfGreaterOrEqual((uint)condition.Value, then, otherwise);
        else
            writer.IfGreater((uint)condition.Value, then, otherwise);
        int label = writer.Load(low);
        if (!IsWide(condition))
            return label;
        int equal = writer.IfEqual(High(condition.Value), label, otherwise);
        writer.IfGreater(High(condition.Value), then, equal);
        return writer.Load(low + 4);
    }

    private static int WriteMaskedEqual(BpfWriter writer, SeccompCondition condition, uint low, int then, int otherwise)
    {
        int label = then;
        if ((uint)condition.Mask != 0)
            label = WriteMasked(writer, low, (uint)condition.Mask, (uint)condition.Value, label, otherwise);
        return IsWide(condition)
            ? WriteMasked(writer, low + 4, High(condition.Mask), High(condition.Value), label, otherwise)
            : label;
    }

    private static int WriteMasked(BpfWriter writer, uint offset, uint mask, uint value, int then, int otherwise)
    {
        if (value == 0)
        {
            writer.IfAnyBit(mask, otherwise, then);
            return writer.Load(offset);
        }
        writer.IfEqual(value, then, otherwise);
        if (mask != uint.MaxValue)
            writer.And(mask);
        return writer.Load(offset);
    }
}
