import "@angular/compiler";
import { CommonModule } from "@angular/common";
import { Component, inject, provideZonelessChangeDetection, signal } from "@angular/core";
import { FormControl, FormsModule, ReactiveFormsModule, Validators } from "@angular/forms";
import { bootstrapApplication } from "@angular/platform-browser";
import { CdkDrag, CdkDragDrop, CdkDropList, moveItemInArray } from "@angular/cdk/drag-drop";
import { MatAutocompleteModule } from "@angular/material/autocomplete";
import { MatButtonModule } from "@angular/material/button";
import { MatButtonToggleModule } from "@angular/material/button-toggle";
import { MatCheckboxModule } from "@angular/material/checkbox";
import { MatChipsModule } from "@angular/material/chips";
import { provideNativeDateAdapter } from "@angular/material/core";
import { MatDatepickerModule } from "@angular/material/datepicker";
import { MatDialog, MatDialogModule } from "@angular/material/dialog";
import { MatExpansionModule } from "@angular/material/expansion";
import { MatFormFieldModule } from "@angular/material/form-field";
import { MatInputModule } from "@angular/material/input";
import { MatMenuModule } from "@angular/material/menu";
import { MatPaginatorModule } from "@angular/material/paginator";
import { MatRadioModule } from "@angular/material/radio";
import { MatSelectModule } from "@angular/material/select";
import { MatSlideToggleModule } from "@angular/material/slide-toggle";
import { MatSliderModule } from "@angular/material/slider";
import { MatStepperModule } from "@angular/material/stepper";
import { MatTabsModule } from "@angular/material/tabs";
import "./page.css";

const state: any = ((window as any).state = { chips: ["one", "two"], items: ["Milk", "Bread", "Eggs MARK-441"], dialog: false });

@Component({ selector: "app-dialog", imports: [MatDialogModule], template: `<h2 mat-dialog-title>Really?</h2><mat-dialog-content>Sure MARK-440</mat-dialog-content>` })
class Question {}

@Component({
  selector: "app-root",
  imports: [
    CommonModule, FormsModule, ReactiveFormsModule, CdkDrag, CdkDropList, MatAutocompleteModule, MatButtonModule, MatButtonToggleModule,
    MatCheckboxModule, MatChipsModule, MatDatepickerModule, MatDialogModule, MatExpansionModule, MatFormFieldModule, MatInputModule, MatMenuModule,
    MatPaginatorModule, MatRadioModule, MatSelectModule, MatSlideToggleModule, MatSliderModule, MatStepperModule, MatTabsModule,
  ],
  providers: [provideNativeDateAdapter()],
  styles: [`
    :host { display: grid !important; }
    .items div { border: 1px solid #999; padding: 6px; background: white; }
    mat-slider { width: 240px; }
  `],
  template: `
    <mat-form-field><mat-label>Name</mat-label><input matInput id="name" [(ngModel)]="state.name"></mat-form-field>
    <mat-form-field><mat-label>Mail</mat-label><input matInput id="mail" [formControl]="mail"><mat-error>Required</mat-error></mat-form-field>
    <mat-form-field><mat-label>Notes</mat-label><textarea matInput id="notes" [(ngModel)]="state.notes"></textarea></mat-form-field>
    <mat-checkbox id="agree" [(ngModel)]="state.agree">I agree</mat-checkbox>
    <mat-slide-toggle id="wifi" [(ngModel)]="state.wifi">Wi-Fi</mat-slide-toggle>
    <mat-radio-group [(ngModel)]="state.color"><mat-radio-button id="red" value="red">red</mat-radio-button><mat-radio-button id="blue" value="blue">blue</mat-radio-button></mat-radio-group>
    <mat-button-toggle-group [(ngModel)]="state.align"><mat-button-toggle id="left" value="left">left</mat-button-toggle><mat-button-toggle id="right" value="right">right</mat-button-toggle></mat-button-toggle-group>
    <mat-form-field><mat-label>Vehicle</mat-label><mat-select id="select" [(ngModel)]="state.vehicle">
      <mat-option value="bike">Bike</mat-option><mat-option value="bus">Bus</mat-option><mat-option value="car">Car</mat-option></mat-select></mat-form-field>
    <mat-form-field><mat-label>City</mat-label><input matInput id="city" [(ngModel)]="city" (ngModelChange)="state.city = $event" [matAutocomplete]="auto">
      <mat-autocomplete #auto>@for (each of fitting(); track each) { <mat-option [value]="each">{{ each }}</mat-option> }</mat-autocomplete></mat-form-field>
    <mat-slider id="slider" min="0" max="10"><input matSliderThumb value="5" (valueChange)="state.level = $event"></mat-slider>
    <mat-form-field><mat-label>Date</mat-label><input matInput id="date" [matDatepicker]="picker" [formControl]="date"><mat-datepicker-toggle id="toggle" matSuffix [for]="picker" />
      <mat-datepicker #picker /></mat-form-field>
    <div><button mat-button id="menu" [matMenuTriggerFor]="menu">Menu</button><mat-menu #menu>
      <button mat-menu-item (click)="state.menu = 'new'">New</button><button mat-menu-item id="rename" (click)="state.menu = 'rename'">Rename</button></mat-menu></div>
    <button mat-flat-button id="dialog" (click)="ask()">Dialog</button>
    <mat-tab-group (selectedIndexChange)="state.tab = $event"><mat-tab label="One">First</mat-tab><mat-tab label="Two">Second</mat-tab></mat-tab-group>
    <mat-expansion-panel (opened)="state.panel = true"><mat-expansion-panel-header>More</mat-expansion-panel-header>Details</mat-expansion-panel>
    <mat-chip-set id="chips">@for (each of chips(); track each) { <mat-chip (removed)="remove(each)">{{ each }}<button matChipRemove class="remove" aria-label="remove">x</button></mat-chip> }</mat-chip-set>
    <mat-stepper (selectedIndexChange)="state.step = $event"><mat-step label="A"><button mat-button id="next" matStepperNext>Next</button></mat-step><mat-step label="B">Done</mat-step></mat-stepper>
    <mat-paginator [length]="50" [pageSize]="10" (page)="state.page = $event.pageIndex" />
    <div id="items" class="items" cdkDropList (cdkDropListDropped)="drop($event)">@for (each of items(); track each) { <div cdkDrag>{{ each }}</div> }</div>
  `,
})
class App {
  state = state;
  city = "";
  chips = signal<string[]>(state.chips);
  items = signal<string[]>(state.items);
  mail = new FormControl("", { validators: Validators.required });
  date = new FormControl<Date | null>(null);
  private dialogs = inject(MatDialog);

  constructor() {
    this.mail.statusChanges.subscribe(() => (state.error = this.mail.touched && this.mail.invalid));
    this.mail.events.subscribe(() => (state.error = this.mail.touched && this.mail.invalid));
    this.date.valueChanges.subscribe((date) => (state.date = date && date.toDateString()));
  }

  fitting(): string[] {
    return ["Aachen", "Augsburg", "Berlin", "Bonn"].filter((each) => each.toLowerCase().startsWith(this.city.toLowerCase()));
  }

  ask(): void {
    state.dialog = true;
    this.dialogs.open(Question).afterClosed().subscribe(() => (state.dialog = false));
  }

  remove(chip: string): void {
    this.chips.update((chips) => (state.chips = chips.filter((each) => each !== chip)));
  }

  drop({ previousIndex, currentIndex }: CdkDragDrop<string[]>): void {
    const items = [...this.items()];
    moveItemInArray(items, previousIndex, currentIndex);
    this.items.set((state.items = items));
  }
}

bootstrapApplication(App, { providers: [provideZonelessChangeDetection()] });
