import { Component, onWillDestroy, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const EVERY_MILLISECONDS = 5000;

/**
 * How far a tenant is. While something waits, the figures alone are read again every few seconds, so
 * that nothing a person is typing on the form is touched.
 *
 * Value: {sent, waiting, attention, text, calls, busy}, numbers and plain text.
 */
export class XeroProgressField extends Component {
    static template = "xero_connector.ProgressField";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ progress: null });
        this.timer = null;
        // The web client shows what it remembers first, and what it has read a moment later.
        useRecordObserver((record, props) => this.show(record.data[props.name]));
        onWillDestroy(() => browser.clearTimeout(this.timer));
    }

    show(progress) {
        this.state.progress = progress;
        browser.clearTimeout(this.timer);
        if (progress?.busy) {
            this.timer = browser.setTimeout(() => this.readAgain(), EVERY_MILLISECONDS);
        }
    }

    async readAgain() {
        const { record, name } = this.props;
        if (document.hidden) {
            this.show(this.state.progress); // nobody looks: ask later
            return;
        }
        const [values] = await this.orm.silent.read("xero.tenant", [record.resId], [name]);
        if (values) {
            this.show(values[name]);
        }
    }

    get percent() {
        const { sent, waiting, attention } = this.state.progress;
        const all = sent + waiting + attention;
        const share = (count) => (all ? (100 * count) / all : 0);
        return { sent: share(sent), waiting: share(waiting), attention: share(attention) };
    }

    async open(shown) {
        const { resId } = this.props.record;
        const action = await this.orm.call("xero.tenant", "action_open_progress", [[resId], shown]);
        await this.action.doAction(action);
    }
}

registry.category("fields").add("xero_progress", {
    component: XeroProgressField,
    supportedTypes: ["json"],
});
